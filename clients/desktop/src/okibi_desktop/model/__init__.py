"""What the windows show and do, without a widget: every file here runs without a screen."""
