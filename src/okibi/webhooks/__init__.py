"""The vendor's own systems hear of every act: signed, retried, on record."""
