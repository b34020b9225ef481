"""What an account of the exchange of MegaFon must say: the key that it sends with everything (crm_token)."""

from okibi.channels.telephone.shape import ExchangeShape

SHAPE = ExchangeShape(kind="megafon", secrets={"crm_token": True})
