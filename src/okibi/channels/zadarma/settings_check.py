"""What an account of Zadarma must say: the secret of its API keys; to ask for something, the key too."""

from okibi.channels.telephone.shape import ExchangeShape

SHAPE = ExchangeShape(
    kind="zadarma", secrets={"api_secret": True, "api_key": False}, base_url="https://api.zadarma.com"
)
