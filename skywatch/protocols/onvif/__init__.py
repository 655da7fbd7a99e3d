"""ONVIF: is a camera alive and what time does it think it is; what is it, and where are its streams."""

from skywatch.protocols.onvif.addresses import redact
from skywatch.protocols.onvif.client import Onvif
from skywatch.protocols.onvif.model import Address, Device, DeviceTime, Memory, Profile, Way, main_and_sub

__all__ = ["Address", "Device", "DeviceTime", "Memory", "Onvif", "Profile", "Way", "main_and_sub", "redact"]
