"""公开方法: progress methods that others published, each a module of its own, each with its source.

They stand beside the engine's own verdict as a second lens and never replace it. They know numbers and years only: no
catalogue, no targets of ours, no text for users.
"""
