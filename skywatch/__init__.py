"""skywatch watches the health of a township's ONVIF/RTSP cameras."""

__version__ = "0.1.0"
