"""Notices: who is told what, in the portal and by one mail at a time."""
