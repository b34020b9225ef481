"""What an account of Zadarma must say: the secret of its API keys."""

from okibi.channels.telephone.shape import ExchangeShape

SHAPE = ExchangeShape(kind="zadarma", secrets={"api_secret": True})
