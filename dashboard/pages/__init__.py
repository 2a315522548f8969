"""The pages: one file each, found by ``dashboard.app``. See ``dashboard`` for how to add one."""
