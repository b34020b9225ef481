"""An Android telephone with the app "SMS Gateway for Android" (capcom6) in its local mode."""
