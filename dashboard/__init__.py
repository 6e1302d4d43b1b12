"""What people look at: pages, figures, access."""
