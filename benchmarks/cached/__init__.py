"""Stand-ins that serve as many entries as are asked for, cheaply: pages of a sandbox, its rows given new ids."""
