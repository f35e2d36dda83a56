"""Settings, and the content packs: plain YAML that a therapist can read and change."""
