"""Tests of service/audit."""
