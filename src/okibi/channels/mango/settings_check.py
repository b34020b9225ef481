"""What an account of Mango Office must say: the key and the salt of its API."""

from okibi.channels.telephone.shape import ExchangeShape

SHAPE = ExchangeShape(
    kind="mango", secrets={"api_key": True, "api_salt": True}, base_url="https://app.mango-office.ru/vpbx"
)
