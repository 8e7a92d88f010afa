"""Choice rounds 双向互选: the table of moves (workflow.py), who takes part (enrolling.py), who has answered
(standing.py), and the verbs (actions/)."""
