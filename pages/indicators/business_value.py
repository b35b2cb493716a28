"""Business value: are customers won back, offers taken, and products and deliveries as promised?"""

import streamlit as st

from metrics.catalogue import named
from metrics.stages import arranged
from pages.ui import grid, scope, show
from reports.text import N_, _

GROUPS = {
    N_("Customers"): named(["win_back_rate", "win_back_rate_untreated", "cross_sell_conversion"]),
    N_("Customers after a complaint"): named(["retention_30d", "retention_60d", "retention_90d"]),
    N_("Complaints per order and customer"): named(["complaint_rate_per_order", "complaint_rate_per_customer"]),
    N_("Products and deliveries"): named(["logistics_delay_rate", "product_pass_rate", "return_rate"]),
}

st.title(_("Business value"))
groups = arranged(GROUPS, scope.current().store.rules)
grid.themes(_("Business value"), groups, show.compared([each for group in groups.values() for each in group]))
