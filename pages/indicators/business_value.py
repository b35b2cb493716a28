"""Business value: are customers won back, offers taken, and products and deliveries as promised?"""

import streamlit as st

from metrics.catalogue import named
from pages.ui import grid, show
from reports.text import N_, _

GROUPS = {
    N_("Customers"): named(["win_back_rate", "win_back_rate_untreated", "cross_sell_conversion"]),
    N_("Complaints per order and customer"): named(["complaint_rate_per_order", "complaint_rate_per_customer"]),
    N_("Products and deliveries"): named(["logistics_delay_rate", "product_pass_rate", "return_rate"]),
}

st.title(_("Business value"))
grid.themes(_("Business value"), GROUPS, show.compared([each for group in GROUPS.values() for each in group]))
