"""A demo county: real public divisions, invented people. Why it looks so: docs/adr/0008-demo-county.md"""
