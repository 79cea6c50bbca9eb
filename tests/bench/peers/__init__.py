"""What an instructor would use otherwise: the checks of ex02 and ex03 as plain pytest + Hypothesis + torch files."""
