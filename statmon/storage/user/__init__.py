"""The user's data: workspaces, settings, sites, library, secrets, recordings, bundles."""
