"""Delivery, on fakes of its two ports and in simulated time."""
