"""A second source of wrong answers: small edits that a walk over the solutions finds by itself."""
