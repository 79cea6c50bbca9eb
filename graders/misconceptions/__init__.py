"""Wrong implementations, trusted code of ours: what each wrong idea answers is stored in the banks beside the truth."""
