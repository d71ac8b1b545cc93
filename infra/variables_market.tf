# Options of live market data.

variable "market_data" {
  description = "Live market data: the WebSocket API, candles, tickers, and fills of an account. false: none of it exists, and these paths of the REST API answer 501 not_offered."
  type        = bool
  default     = true
}

variable "connections_per_address" {
  description = "WebSocket connections of one address at the same time. Many users may share an address."
  type        = number
  default     = 100
}

variable "connections_per_account" {
  description = "WebSocket connections of one account at the same time."
  type        = number
  default     = 100
}

variable "event_shards" {
  description = "Shards of KDS_Events, which has every event of every symbol, with or without live market data. Each accepts 1 MB a second, and has its own notifier."
  type        = number
  default     = 1
}

variable "market_fan_out" {
  description = "Pushes events to the notifier in about 70 ms, instead of polling each second. Adds to the fixed cost."
  type        = bool
  default     = false
}
