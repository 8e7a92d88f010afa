"""Help beside each page out of the manual, and the guide of a first visit."""
