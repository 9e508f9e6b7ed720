"""The door: desired state is validated and written here, each write with its actor."""
