"""The configuration: config.toml, typed, with secrets by reference and every problem at once."""

from planora_sync.config.load import load_config
from planora_sync.config.model import Caps, Config, ConnectionConfig, Home, RulesConfig, StoreConfig
from planora_sync.config.people import Member, People, Role

__all__ = [
    "Caps",
    "Config",
    "ConnectionConfig",
    "Home",
    "Member",
    "People",
    "Role",
    "RulesConfig",
    "StoreConfig",
    "load_config",
]
