"""The bench itself: its readers, its floors, its warehouses."""
