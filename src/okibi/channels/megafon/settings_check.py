"""What an account of the exchange of MegaFon must say: the key that it sends with everything (crm_token).

To dial: ``base_url``, the exchange's own address, and the key that it gave (api_token).
"""

from okibi.channels.telephone.shape import ExchangeShape

SHAPE = ExchangeShape(kind="megafon", secrets={"crm_token": True, "api_token": False}, chosen=("crm_token",))
