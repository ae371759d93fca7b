"""The values that a choice may have, each list written once: for the settings, their rules and the components."""

from typing import Literal

Nat = Literal["single", "per_zone"]
FlowLogs = Literal["all", "rejected"]
NodeCapacity = Literal["on-demand", "spot"]
ImagePlatform = Literal["linux/amd64", "linux/arm64"]
