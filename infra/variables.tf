# All options, except the region (provider.tf) and those of live market data (variables_market.tf). The
# defaults are the smallest system of the guide: one shard for each stream, one cache node, one zone.

variable "tags" {
  description = "Tags for every resource, besides Project and ManagedBy."
  type        = map(string)
  default     = {}
}

variable "bundle_dir" {
  description = "Folder of the bundles, a ZIP file for each function, as npm run bundle writes them."
  type        = string
  default     = "../dist-lambda"
}

variable "instruments" {
  description = "Instruments of a new exchange. Read once. Afterwards operators define, change and close instruments through the API."
  type = list(object({
    symbol   = string
    base     = string
    quote    = string
    tickSize = string
    lotSize  = string

    minQuantity = optional(string)
    maxQuantity = optional(string)
  }))
  default = [
    { symbol = "BTCUSD", base = "BTC", quote = "USD", tickSize = "0.01", lotSize = "0.00000001" },
    { symbol = "ETHUSD", base = "ETH", quote = "USD", tickSize = "0.01", lotSize = "0.00000001" },
    { symbol = "ENERGY-DE", base = "MWh", quote = "EUR", tickSize = "0.01", lotSize = "0.1" },
  ]
}

# --- Access ---

variable "auth_mode" {
  description = "api_key: one key for each account. cognito: tokens of a user pool, with operators. none: every caller is the account demo."
  type        = string
  default     = "api_key"

  validation {
    condition     = contains(["api_key", "cognito", "none"], var.auth_mode)
    error_message = "api_key, cognito or none."
  }
}

variable "allow_origins" {
  description = "Origins of web pages that may use the API (CORS), such as https://trade.example; \"*\" for all. Empty: none."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for origin in var.allow_origins : can(regex("^(\\*|https?://[a-z0-9.-]+(:[0-9]+)?)$", origin))])
    error_message = "Origins have a scheme and a host, and no path."
  }
}

variable "api_key_holders" {
  description = "With auth_mode api_key: names of the key holders. The id of a key is the name of its account in the exchange."
  type        = set(string)
  default     = ["demo"]

  validation {
    condition     = length(var.api_key_holders) >= 1
    error_message = "At least one."
  }
}

variable "api_requests_per_second" {
  description = "Requests a second that the REST API accepts from all callers together. Bursts may reach twice as many. The same for handshakes and messages of the WebSocket API."
  type        = number
  default     = 1000
}

variable "waf_enabled" {
  description = "Puts a web firewall in front of the API: AWS's common rules and a limit for each address. Adds to the fixed cost."
  type        = bool
  default     = false
}

# --- Capacity ---

variable "order_shards" {
  description = "Shards of KDS_Orders. Each accepts 1 MB or 1,000 records a second, and has its own matcher."
  type        = number
  default     = 1
}

variable "trade_shards" {
  description = "Shards of KDS_Trades."
  type        = number
  default     = 1
}

variable "stream_retention_hours" {
  description = "Hours that KDS_Orders and KDS_Trades keep records, 24 to 168. A stopped matcher must be noticed and repaired within this time."
  type        = number
  default     = 24

  validation {
    condition     = var.stream_retention_hours >= 24 && var.stream_retention_hours <= 168
    error_message = "24 to 168: Lambda accepts no record older than a week."
  }
}

variable "lag_limit_seconds" {
  description = "Seconds that matching may be behind before new orders of the symbol get 503 overloaded. A matcher that stands still has ten times as long, cancels twenty times. 0: no limit."
  type        = number
  default     = 30

  validation {
    condition     = var.lag_limit_seconds == 0 || (var.lag_limit_seconds >= 10 && var.lag_limit_seconds <= 3600)
    error_message = "0, or 10 to 3600."
  }
}

variable "matcher_parallelization" {
  description = "Matchers for each shard, 1 to 10. More help only if several symbols of a shard are active. The order within a symbol is kept."
  type        = number
  default     = 1

  validation {
    condition     = var.matcher_parallelization >= 1 && var.matcher_parallelization <= 10
    error_message = "1 to 10."
  }
}

variable "matcher_batch_size" {
  description = "Maximum of stream records in one batch of the matcher."
  type        = number
  default     = 1000
}

variable "reserve_concurrency" {
  description = "Reserves the matcher's concurrency. false: for a new account, which may not reserve any. A second matcher of a shard is then possible; its commits are refused."
  type        = bool
  default     = true
}

variable "pinned_versions" {
  description = "Versions of the functions that stay in use, after a rollback. null: the newest version."
  type = object({
    ingest     = optional(string)
    matcher    = optional(string)
    query      = optional(string)
    connect    = optional(string)
    message    = optional(string)
    disconnect = optional(string)
    notifier   = optional(string)
    lake       = optional(string)
  })
  default = {}
}

variable "enhanced_fan_out" {
  description = "Pushes records to the matcher in about 70 ms, instead of polling each second. Adds to the fixed cost."
  type        = bool
  default     = false
}

# --- Cache and network ---

variable "redis_engine" {
  description = "valkey or redis. The protocol is the same, and Valkey costs a fifth less."
  type        = string
  default     = "valkey"

  validation {
    condition     = contains(["valkey", "redis"], var.redis_engine)
    error_message = "valkey or redis."
  }
}

variable "redis_node_type" {
  description = "Size of the cache node. The guide uses cache.t3.micro. cache.t4g.micro is its cheaper successor."
  type        = string
  default     = "cache.t4g.micro"
}

variable "redis_replica" {
  description = "Adds a second cache node for failover, at the same cost as the first. Without it a lost book is rebuilt from the stream."
  type        = bool
  default     = false
}

variable "excluded_zone_ids" {
  description = "Zones that lack a service that the exchange needs. Ids are the same in every account, names are not."
  type        = set(string)
  default     = ["use1-az3", "usw1-az2", "cac1-az3", "apne1-az3"]
}

variable "zone_count" {
  description = "Availability zones with subnets and endpoints. Each further zone costs as much as its interface endpoints."
  type        = number
  default     = 1

  validation {
    condition     = var.zone_count >= 1 && var.zone_count <= 3
    error_message = "1 to 3."
  }
}

# --- Retention and alarms ---

variable "protect_data" {
  description = "true: tables and buckets cannot be deleted. false: terraform destroy removes everything."
  type        = bool
  default     = false
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 365
}

variable "log_level" {
  description = "INFO or DEBUG. Metrics are log lines, which a higher level might drop."
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["INFO", "DEBUG"], var.log_level)
    error_message = "INFO or DEBUG."
  }
}

variable "lake_archive_days" {
  description = "Days after which the lake's files move to Glacier Instant Retrieval. They move to infrequent access after 30 days."
  type        = number
  default     = 180

  validation {
    condition     = var.lake_archive_days >= 60
    error_message = "At least 60: infrequent access bills at least 30 days."
  }
}

variable "crawler_schedule" {
  description = "Schedule on which the crawlers look for new partitions, in UTC. Each run costs about $0.15."
  type        = string
  default     = "cron(15 2 ? * MON *)"
}

variable "athena_scan_limit_gb" {
  description = "Gigabytes read after which Athena stops a query."
  type        = number
  default     = 10
}

variable "alarm_email" {
  description = "Address that receives alarms. AWS asks it once for confirmation. null: subscribe to the topic yourself."
  type        = string
  default     = null
}
