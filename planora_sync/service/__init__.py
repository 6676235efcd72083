"""What runs around the workflow: stand-ins to try it on, the demo, setting up, checking."""
