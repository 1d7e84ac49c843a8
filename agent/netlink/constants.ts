// Numbers of the Linux kernel's interface, under the kernel's own names. They are ABI: they never change.

// include/linux/socket.h
export const AF_NETLINK = 16
export const AF_INET = 2
export const AF_INET6 = 10
export const SOCK_RAW = 3
export const SOCK_CLOEXEC = 0o2000000
export const MSG_DONTWAIT = 0x40

// include/uapi/asm-generic/socket.h
export const SOL_SOCKET = 1
export const SO_RCVBUF = 8
export const SO_RCVTIMEO = 20
export const SO_RCVBUFFORCE = 33

// include/uapi/asm-generic/errno-base.h, errno.h
export const EPERM = 1
export const EINTR = 4
export const EAGAIN = 11
export const EINVAL = 22
export const ENOBUFS = 105

// include/uapi/linux/netlink.h
export const NETLINK_NETFILTER = 12
export const SOL_NETLINK = 270
export const NETLINK_ADD_MEMBERSHIP = 1
export const NLM_F_REQUEST = 0x1
export const NLM_F_ACK = 0x4
/** The table changed while it was dumped and entries may be missing. */
export const NLM_F_DUMP_INTR = 0x10
export const NLM_F_DUMP = 0x300
export const NLM_F_CREATE = 0x400
export const NLMSG_ERROR = 2
export const NLMSG_DONE = 3
/** struct nlmsghdr: u32 length, u16 type, u16 flags, u32 sequence, u32 port; host byte order. */
export const NLMSG_HEADER_BYTES = 16
/** Upper two bits of an attribute's type: NLA_F_NESTED, NLA_F_NET_BYTEORDER. */
export const NLA_TYPE_MASK = 0x3fff
export const NLA_F_NESTED = 0x8000

// include/uapi/linux/netfilter/nfnetlink.h
export const NFNL_SUBSYS_CTNETLINK = 1
/** struct nfgenmsg: u8 family, u8 version, be16 resource id. */
export const NFGENMSG_BYTES = 4

// include/uapi/linux/netfilter/nfnetlink_compat.h and nfnetlink.h: enum nfnetlink_groups
export const NFNLGRP_CONNTRACK_DESTROY = 3

// include/uapi/linux/netfilter/nfnetlink_conntrack.h: enum cntl_msg_types
export const IPCTNL_MSG_CT_NEW = 0
export const IPCTNL_MSG_CT_GET = 1
export const IPCTNL_MSG_CT_DELETE = 2

// enum ctattr_type
export const CTA_TUPLE_ORIG = 1
export const CTA_TUPLE_REPLY = 2
export const CTA_STATUS = 3
export const CTA_PROTOINFO = 4
export const CTA_TIMEOUT = 7
export const CTA_COUNTERS_ORIG = 9
export const CTA_COUNTERS_REPLY = 10
export const CTA_ID = 12
export const CTA_ZONE = 18
export const CTA_TIMESTAMP = 20

// enum ctattr_tuple
export const CTA_TUPLE_IP = 1
export const CTA_TUPLE_PROTO = 2
export const CTA_TUPLE_ZONE = 3

// enum ctattr_ip
export const CTA_IP_V4_SRC = 1
export const CTA_IP_V4_DST = 2
export const CTA_IP_V6_SRC = 3
export const CTA_IP_V6_DST = 4

// enum ctattr_l4proto
export const CTA_PROTO_NUM = 1
export const CTA_PROTO_SRC_PORT = 2
export const CTA_PROTO_DST_PORT = 3
export const CTA_PROTO_ICMP_ID = 4
export const CTA_PROTO_ICMPV6_ID = 7

// enum ctattr_counters
export const CTA_COUNTERS_PACKETS = 1
export const CTA_COUNTERS_BYTES = 2

// enum ctattr_tstamp: be64, nanoseconds of the wall clock
export const CTA_TIMESTAMP_START = 1

// enum ctattr_protoinfo, enum ctattr_protoinfo_tcp
export const CTA_PROTOINFO_TCP = 1
export const CTA_PROTOINFO_TCP_STATE = 1
export const CTA_PROTOINFO_TCP_FLAGS_ORIGINAL = 4

// include/uapi/linux/netfilter/nf_conntrack_tcp.h
export const IP_CT_TCP_FLAG_WINDOW_SCALE = 0x01
export const IP_CT_TCP_FLAG_BE_LIBERAL = 0x08
export const TCP_CONNTRACK_SYN_RECV = 2
export const TCP_CONNTRACK_CLOSE_WAIT = 5

// include/uapi/linux/netfilter/nf_conntrack_common.h: enum ip_conntrack_status. CTA_STATUS is big-endian.
export const IPS_CONFIRMED = 0x8
export const IPS_OFFLOAD = 0x4000
export const IPS_HW_OFFLOAD = 0x8000

// include/uapi/linux/in.h
export const IPPROTO_TCP = 6
export const IPPROTO_UDP = 17
export const IPPROTO_DCCP = 33
export const IPPROTO_SCTP = 132
export const IPPROTO_UDPLITE = 136
