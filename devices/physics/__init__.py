"""What device models are made of: moist air, snow, households, processes of any step."""
