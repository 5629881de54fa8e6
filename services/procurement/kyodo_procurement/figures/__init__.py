"""What is measured of the joint work: themes, demand, participation, joint calls, savings."""
