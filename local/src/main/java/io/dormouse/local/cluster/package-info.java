// SPDX-License-Identifier: GPL-3.0-or-later
/** The whole memory as processes: for tests and benchmarks that kill some of them. */
package io.dormouse.local.cluster;
