"""分类联系: typed contacts of cadres, villager groups and firms, and how full each kind of cadre is."""
