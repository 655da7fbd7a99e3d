"""Cameras that are not there: ONVIF and RTSP on loopback, with faults on cue. Shares no code with what it tests."""

from skywatch.simulator.camera import NotSimulated, SimCamera, cameras_of
from skywatch.simulator.condition import Condition
from skywatch.simulator.faults import FAULTS, Fault
from skywatch.simulator.scenario import Scenario, ScenarioError
from skywatch.simulator.scenario_file import load_scenario
from skywatch.simulator.scenes import SceneCache, default_folder
from skywatch.simulator.simulator import NotListening, Simulator, serve

__all__ = [
    "FAULTS",
    "Condition",
    "Fault",
    "NotListening",
    "NotSimulated",
    "Scenario",
    "ScenarioError",
    "SceneCache",
    "SimCamera",
    "Simulator",
    "cameras_of",
    "default_folder",
    "load_scenario",
    "serve",
]
