"""What an account of a CTI push must say. To dial: ``base_url``, where the exchange takes orders."""

from okibi.channels.telephone.shape import ExchangeShape

SHAPE = ExchangeShape(kind="cti", secrets={"token": True}, chosen=("token",))
