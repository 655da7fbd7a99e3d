"""Foreign RTSP servers, started for a test or a measurement and stopped after it."""
