"""How much of what the site takes in a stretch of time. One place, so that an operator can read it at a glance."""

from datetime import timedelta

from okibi.website.limits import Limit

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

PLACE_BY_NETWORK = Limit("place-network", 20, HOUR)  # an office of many people shares one address
PLACE_BY_ADDRESS = Limit("place-address", 10, HOUR)
ADD_BY_LINK = Limit("add-link", 30, HOUR)
ASK_BY_NETWORK = Limit("ask-network", 10, HOUR)
ASK_BY_ADDRESS = Limit("ask-address", 3, HOUR)
TRIAL_BY_NETWORK = Limit("trial-network", 10, 30 * DAY)  # throw-away addresses cost nothing
GUESS_BY_LINK = Limit("who-link", 5, HOUR)  # guessing licence numbers
GUESS_BY_NETWORK = Limit("who-network", 10, HOUR)
