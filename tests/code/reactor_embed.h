/* SPDX-License-Identifier: MIT */
void wait_in_the_hosts_way(int fd, vr_time timeout);
