"""What `vaka check` looks at before anybody relies on this installation, and while they do."""
