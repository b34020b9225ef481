"""What an account of a CTI push must say."""

from okibi.channels.telephone.shape import ExchangeShape

SHAPE = ExchangeShape(kind="cti", secrets={"token": True})
