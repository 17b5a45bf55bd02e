"""The only package that knows SpiffWorkflow: reads diagrams, runs instances, keeps their state."""
