"""The managers' lists: what each narrows by, shows and takes away."""
