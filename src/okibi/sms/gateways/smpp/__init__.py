"""SMPP 3.4: operators' message centres, and gateways that speak as one. We are the ESME; codec: smpp34."""
