search lxd
nameserver @SUBNET@.1
