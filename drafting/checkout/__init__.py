"""How a fresh checkout makes itself ready: Python packages, Node if need be, built pages. Standard library only."""
